-- What the tool says comes in the error, and nowhere else.
local keyring = require "sso".cache.secret_service()
print(select(2, pcall(keyring.get, keyring, "a.json")).message)
print(select(2, pcall(keyring.put, keyring, "a.json", "value")).message)
print(select(2, pcall(keyring.delete, keyring, "a.json")).message)
