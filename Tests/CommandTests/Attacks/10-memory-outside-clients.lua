-- expect: exit 0
-- stdout: ok
-- Dropped clients must not pile up in the host.
local sso = require "sso"
for _ = 1, 3000 do sso.client { region = "us-east-1" } end
print("ok")
