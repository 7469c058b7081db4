-- expect: exit 130
-- args: --allow-run=sleep
-- signal: INT
-- stdout: closed
local x <close> = setmetatable({}, { __close = function() print("closed") end })
print("ready")
os.execute { "sleep", "2" }
