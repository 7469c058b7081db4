-- expect: exit 130
-- signal: INT
-- stdout: closed
local x <close> = setmetatable({}, { __close = function() print("closed") end })
print("ready")
require("sso").time.sleep(1000)
