local service = require "service"
service.on(
