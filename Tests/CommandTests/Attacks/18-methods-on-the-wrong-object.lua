-- expect: exit 0
-- args: --allow-read=.
-- file: data.txt line
-- stdout: ok
-- Handles are numbers: the first client, file and task all have the number 1.
local sso = require "sso"
local client = sso.client { region = "us-east-1" }
local portal = sso.portal.client { region = "us-east-1" }
local file = assert(io.open("data.txt"))
local task = sso.task.spawn(function() sso.time.sleep(0.01) return 5 end)
local objects = { client = client, file = file, task = task, portal = portal }
local methods = { client = { "close", "can_paginate", "get_paginator" }, file = { "read", "close", "lines", "seek", "write" },
  task = { "join", "cancel", "status" } }
for name, list in pairs(methods) do
  for _, method in ipairs(list) do
    for other, object in pairs(objects) do
      if other ~= name and not (name == "client" and other == "portal") then
        local ok, e = pcall(objects[name][method], object)
        assert(not ok, name .. "." .. method .. " took a " .. other)
      end
    end
    for _, value in ipairs { 1, "x", {}, print, coroutine.create(print), sso.null, true } do
      assert(not pcall(objects[name][method], value))
    end
    assert(not pcall(objects[name][method]))
  end
end
assert(file:read("l") == "line")
assert(task:join() == 5)
print("ok")
