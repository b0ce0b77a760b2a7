" What editing commands need to know of Proxmox VE firewall files.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal comments=:# commentstring=#\ %s formatoptions-=t
" - and _ stand in names.
setlocal iskeyword=@,48-57,_,-
command! -buffer -bar PvefwFmt call pvefw#format()
let b:undo_ftplugin = 'setlocal comments< commentstring< formatoptions< iskeyword< | delcommand PvefwFmt'
