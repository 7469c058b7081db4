return {
  allow = {
