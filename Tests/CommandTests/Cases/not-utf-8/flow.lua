print "one"
print "ÿþ"
