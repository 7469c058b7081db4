return {
  allow = {
    regions = { "eu-*" },
  },
}
