-- expect: exit 0
-- args: --allow-read=data/K --allow-write=data/café --allow-env=TOKEN,KEY_* --allow-run=./K
-- file: data/K/f inside
-- file: data/K/f outside
-- file: data/café/f inside
-- file: data/café/f outside
-- env: TOKEN=outside
-- env: KEY_A=outside
-- stdout: ok
-- To Unicode U+212A is a K, and an accented letter is one with an accent behind it; to the system they are not.
assert(io.open("data/K/f"):read("a") == "inside")
assert(io.open("data/caf\u{e9}/f", "w"))
for _, call in ipairs {
  { io.open, "data/\u{212a}/f" }, { io.open, "data/cafe\u{301}/f", "w" },
  { io.open, "data/cafe\u{301}/new", "w" }, { os.remove, "data/cafe\u{301}/f" },
  { os.rename, "data/caf\u{e9}/f", "data/cafe\u{301}/g" },
  { os.getenv, "TO\u{212a}EN" }, { os.getenv, "\u{212a}EY_A" }, { os.execute, { "./\u{212a}" } },
} do
  local ok, err = pcall(table.unpack(call))
  assert(not ok and err.kind == "permission", call[2])
end
print("ok")
