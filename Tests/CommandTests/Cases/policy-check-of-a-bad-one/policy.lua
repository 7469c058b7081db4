return {
  alow = {},
  allow = {
    regions = "eu-west-1",
    flows = { "devise" },
  },
  on_token = 7,
}
