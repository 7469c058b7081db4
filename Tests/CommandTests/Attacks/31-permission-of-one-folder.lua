-- expect: exit 0
-- args: --allow-read=data --allow-write=data
-- file: data/in.txt inside
-- file: secret.txt outside
-- link: data/out.txt ../secret.txt
-- link: data/up ..
-- stdout: ok
assert(io.open("data/in.txt"):read("a") == "inside")
for _, path in ipairs { "secret.txt", "data/../secret.txt", "data/out.txt", "data/up/secret.txt", "./data/./../secret.txt", "data/../data/../secret.txt", "data/nothing/../../secret.txt" } do
  for _, mode in ipairs { "r", "w", "a", "r+" } do
    local ok, f = pcall(io.open, path, mode)
    assert(not ok or not f, path)
  end
end
assert(not pcall(io.open, "data/in.txt\0.png") or not io.open("data/in.txt\0.png"))
for _, move in ipairs { { "data/in.txt", "moved.txt" }, { "secret.txt", "data/x.txt" } } do
  local ok, done = pcall(os.rename, move[1], move[2])
  assert(not ok or not done, move[1])
end
print("ok")
