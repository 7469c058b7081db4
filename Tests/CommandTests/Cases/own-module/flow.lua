print(require("helper").name)
