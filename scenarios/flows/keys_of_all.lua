-- keys_of_all.lua - the keys of one role in every account that it is in, all at once.

local sso = require "sso"

local keys = {}
for _, account in ipairs(sso.portal.accounts { session = "work", browser = false }) do
  keys[#keys + 1] = function()
    sso.credentials { session = "work", account_id = account.accountId, role_name = "ReadOnlyAccess" }
  end
end
sso.task.all(keys)
print(#keys)
