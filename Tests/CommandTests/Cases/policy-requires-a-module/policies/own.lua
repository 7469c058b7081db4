return require "lists"
