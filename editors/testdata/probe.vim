" Run by the tests in Vim and Neovim: writes what they make of files to $OUT as
" JSON. $CASES are the cases of detect.json, $FILE is a file to colour.
set runtimepath^=$PLUGIN
filetype plugin on
syntax on

function! s:Detected() abort
  let cases = json_decode(join(readfile($CASES), "\n"))
  return map(cases, {_, c -> pvefw#matches(c.path, split(c.text, "\n", 1))})
endfunction

" Colours lists the groups of each line in the order in which they appear.
function! s:Colours() abort
  let lines = []
  for l in range(1, line('$'))
    let text = getline(l)
    let runs = []
    let last = ''
    for c in range(1, len(text))
      let name = synIDattr(synID(l, c, 1), 'name')
      if name ==# last && !empty(runs)
        let runs[-1][1] .= text[c - 1]
      else
        call add(runs, [name, text[c - 1]])
      endif
      let last = name
    endfor
    call add(lines, runs)
  endfor
  return lines
endfunction

execute 'edit' fnameescape($FILE)
call writefile([json_encode({'filetype': &filetype, 'commentstring': &commentstring, 'detected': s:Detected(), 'lines': s:Colours()})], $OUT)
quitall!
