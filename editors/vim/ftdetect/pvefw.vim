" .fw is a suffix of many things; pvefw#detect looks at the path and the text.
autocmd BufNewFile,BufRead *.fw call pvefw#detect()
