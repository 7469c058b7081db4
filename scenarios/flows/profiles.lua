-- profiles.lua - writes a section for one role into AWS's config file.

local sso = require "sso"

sso.config.profile_sections { session = "work", write = true, profiles = {
  { name = "admin", accountId = "111122223333", roleName = "Admin" } } }
