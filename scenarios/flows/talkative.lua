-- talkative.lua - a policy that prints what tokens are asked with.

return { before_token = function(input) print("asked with", input.code, input.codeVerifier) end }
