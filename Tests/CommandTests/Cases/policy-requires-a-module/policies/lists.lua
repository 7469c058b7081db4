return { allow = { regions = { "eu-*" } } }
