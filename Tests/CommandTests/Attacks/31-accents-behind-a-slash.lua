-- expect: exit 0
-- args: --allow-read=data --allow-write=data
-- file: data/in.txt inside
-- file: ́secret outside
-- link: data/up ..
-- stdout: ok
-- To Unicode a slash and the accent behind it are one character; to the system the slash ends a name.
local f = assert(io.open("data/\u{301}new", "w"))
f:write("new"):close()
assert(io.open("data/../data/\u{301}new"):read("a") == "new")
for _, path in ipairs {
  "\u{301}secret", "data/../\u{301}secret", "data/up/\u{301}secret", "data/../\u{301}new",
  "data/up/\u{301}new", "data/none/../../\u{301}new", "data/../\u{301}none/../\u{301}new",
} do
  for _, mode in ipairs { "r", "w", "a", "r+" } do
    local ok, err = pcall(io.open, path, mode)
    assert(not ok and err.kind == "permission", path)
  end
  local ok, err = pcall(os.remove, path)
  assert(not ok and err.kind == "permission", path)
  ok, err = pcall(os.rename, "data/in.txt", path)
  assert(not ok and err.kind == "permission", path)
end
assert(os.remove("data/\u{301}new"))
print("ok")
