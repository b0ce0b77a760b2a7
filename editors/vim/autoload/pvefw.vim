" What Vim does with Proxmox VE firewall files besides colouring them.

let s:header = '^\s*\[\%(\%(options\|aliases\|rules\)\]\s*$\|\%(ipset\|group\)\s\+\S\+\]\)\c'

" matches tells a firewall file by the rule of docs/editors.md; lines are the first 100
" of the file.
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

" format writes the buffer in house form. It stays as it is where pvefw refuses.
function! pvefw#format() abort
  let told = tempname()
  let command = shellescape(get(g:, 'pvefw_program', 'pvefw')) . ' fmt - --stdin-filename ' . shellescape(expand('%:p'))
  let lines = systemlist(command . ' 2>' . shellescape(told), getline(1, '$'))
  if v:shell_error
    echohl ErrorMsg | echomsg join(readfile(told), ' ') | echohl None
  elseif lines !=# getline(1, '$')
    let view = winsaveview()
    call setline(1, lines)
    if line('$') > len(lines)
      execute 'silent keepjumps ' . (len(lines) + 1) . ',$delete _'
    endif
    call winrestview(view)
  endif
  call delete(told)
endfunction
