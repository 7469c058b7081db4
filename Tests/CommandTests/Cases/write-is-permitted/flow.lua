local f <close> = assert(io.open("out.txt", "w"))
f:write("kept\n")
