-- keyring.lua - the desktop's keyring behind secret-tool, for scenarios:
--
--   local keyring = require "helpers.keyring" ()
--   sim.run(flow, { programs = { ["secret-tool"] = keyring.secret_tool } })
--
-- keyring.items is what it holds. keyring.locked makes it refuse, as it does without a session bus, and say why:
-- keyring.complaint. keyring.before, where it is set, runs first: a keyring that takes its time.

-- Words behind the command: options, then attributes in pairs.
local function read(args)
  local attributes, key = {}, nil
  for index = 2, #args do
    if args[index]:sub(1, 2) == "--" then goto continue end
    if key then attributes[key], key = args[index], nil else key = args[index] end
    ::continue::
  end
  return attributes
end

local function fits(item, wanted)
  for key, value in pairs(wanted) do
    if item.attributes[key] ~= value then return false end
  end
  return true
end

return function()
  local keyring = { items = {}, locked = false,
    complaint = "secret-tool: Cannot create an item in a locked collection\n" }

  local function remove(wanted)
    for index = #keyring.items, 1, -1 do
      if fits(keyring.items[index], wanted) then table.remove(keyring.items, index) end
    end
  end

  -- Its commands, as libsecret's tool has them: what is not there is status 1, as is a failure, of which it tells.
  function keyring.secret_tool(args, input)
    if keyring.before then keyring.before(args[1]) end
    if keyring.locked then return "", 1, keyring.complaint end
    local wanted = read(args)
    if args[1] == "store" then
      remove(wanted)
      table.insert(keyring.items, { attributes = wanted, secret = input })
      return ""
    elseif args[1] == "clear" then
      remove(wanted)
      return ""
    end
    for _, item in ipairs(keyring.items) do
      if fits(item, wanted) then return item.secret end
    end
    return "", 1
  end

  return keyring
end
