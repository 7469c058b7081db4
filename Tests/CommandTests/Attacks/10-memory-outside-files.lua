-- expect: exit 0
-- args: --allow-read=.
-- file: data.txt line
-- stdout: ok
for _ = 1, 5000 do assert(io.open("data.txt")) end
print("ok")
