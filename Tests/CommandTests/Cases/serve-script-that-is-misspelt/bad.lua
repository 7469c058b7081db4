local service = require "service"
service.on("CreateTokens", print)
