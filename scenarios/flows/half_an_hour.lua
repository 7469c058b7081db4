-- half_an_hour.lua - a policy: tokens and keys are good for half an hour.

return { allow = { max_lifetime = 1800 } }
