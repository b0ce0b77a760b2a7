" Whether a file is a Proxmox VE firewall file: the rule of docs/editors.md.

let s:header = '^\s*\[\%(\%(options\|aliases\|rules\)\]\s*$\|\%(ipset\|group\)\s\+\S\+\]\)\c'

" lines are the first 100 of the file.
function! pvefw#matches(path, lines) abort
  let path = substitute(a:path, '\\', '/', 'g')
  if path !~# '\.fw$'
    return 0
  endif
  if path =~# '\v%(^|/)%(cluster|host|[1-9]\d{0,8})\.fw$' || path =~# '\v%(^|/)%(vnet|sdn/firewall)/[^/]+$'
    return 1
  endif
  let first = match(a:lines, '^\s*[^# \t\r]')
  return first >= 0 && a:lines[first] =~# s:header
endfunction

function! pvefw#detect() abort
  if pvefw#matches(expand('<afile>:p'), getline(1, 100))
    setfiletype pvefw
  endif
endfunction
