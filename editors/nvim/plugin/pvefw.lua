-- Colours, detection and the file type's settings are Vim's, in the folder beside
-- this one.
local vim_folder = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h:h:h') .. '/vim'
vim.opt.runtimepath:append(vim_folder)
vim.cmd('augroup filetypedetect')
vim.cmd('source ' .. vim.fn.fnameescape(vim_folder .. '/ftdetect/pvefw.vim'))
vim.cmd('augroup END')
