-- two_accounts.lua - a policy that allows two accounts.

return { allow = { accounts = { "100000000001", "100000000002" } } }
