return {
  allow = { region = {} },
}
