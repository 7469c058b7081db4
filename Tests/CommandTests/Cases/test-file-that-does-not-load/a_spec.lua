it(
