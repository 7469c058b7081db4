os.execute({ "true" })
