-- expect: exit 3
error(setmetatable({}, { __tostring = function() os.exit(3) end }))
