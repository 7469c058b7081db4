-- expect: exit 0
-- args: --allow-read=data --allow-write=data
-- file: data/in.txt inside
-- link: data/out ../new.txt
-- stdout: ok
-- A link is one with a slash behind it, too, and what it leads to is outside.
for _, path in ipairs { "data/out", "data/out/", "data/out//", "data/out/." } do
  local ok, err = pcall(io.open, path, "w")
  assert(not ok and err.kind == "permission", path)
end
print("ok")
