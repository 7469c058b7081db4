io.open("out.txt", "w")
