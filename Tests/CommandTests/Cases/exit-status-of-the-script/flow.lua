local c <close> = setmetatable({}, { __close = function() print("closed") end })
os.exit(42, true)
