-- expect: exit 0
-- args: --allow-read=.
-- file: data.txt line
-- stdout: ok
do
  local f <close> = assert(io.open("data.txt"))
  f:close()
end
print("ok")
