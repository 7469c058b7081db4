return {
  before_register = function(input)
    return 7
  end,
}
