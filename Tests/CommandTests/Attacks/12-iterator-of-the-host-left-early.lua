-- expect: exit 0
-- args: --allow-read=.
-- file: data.txt a\nb\nc
-- stdout: a
for line in io.lines("data.txt") do print(line) break end
