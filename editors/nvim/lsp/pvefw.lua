-- For vim.lsp.enable('pvefw') of Neovim 0.11 and later.
local pvefw = require('pvefw')

return vim.tbl_extend('force', pvefw.config(), {
  root_dir = function(buffer, found) found(pvefw.root(vim.api.nvim_buf_get_name(buffer))) end,
})
