" Run by TestServer in Vim: formats $FILE with the program $PVEFW, and then a text that
" is refused; writes both to $OUT as JSON.
set runtimepath^=$PLUGIN
filetype plugin on
let g:pvefw_program = $PVEFW
execute 'edit' fnameescape($FILE)
PvefwFmt
let formatted = getline(1, '$')
execute 'file' fnameescape($FILE . '.txt')
call setline(1, 'no header')
2,$delete _
silent! PvefwFmt
call writefile([json_encode({'formatted': formatted, 'refused': getline(1, '$')})], $OUT)
quitall!
