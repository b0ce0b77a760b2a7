-- Run by TestNeovim in headless Neovim: works on $FILE through the server $PVEFW as
-- somebody at the keyboard would, and writes what came of it to $OUT as JSON.
local got = {}

vim.opt.runtimepath:prepend(vim.env.PLUGIN)
vim.cmd('runtime plugin/pvefw.lua')
vim.cmd('filetype plugin on | syntax on')
require('pvefw').setup({ cmd = { vim.env.PVEFW, 'lsp' } })

local function wait(what, condition)
  if not vim.wait(30000, condition, 20) then
    error('nothing came of: ' .. what)
  end
end

local function text(buffer) return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, true), '\n') end

-- at puts the cursor on the first letter of a pattern.
local function at(pattern)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search(pattern, 'cW') > 0, pattern)
end

local function ask(method)
  local answers = assert(vim.lsp.buf_request_sync(0, method, vim.lsp.util.make_position_params(0, 'utf-16'), 30000), method)
  for _, answer in pairs(answers) do
    assert(not answer.err, vim.inspect(answer.err))
    return answer.result
  end
end

local function work()
  vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.FILE))
  got.filetype, got.root = vim.bo.filetype, require('pvefw').root(vim.env.FILE)
  wait('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)
  got.diagnostics = vim.tbl_map(function(d)
    return { code = d.code, line = d.lnum + 1, message = d.message, source = d.source }
  end, vim.diagnostic.get(0))

  at('SSH(')
  got.hover = vim.lsp.util.convert_input_to_markdown_lines(ask('textDocument/hover').contents)

  at('no_such')
  local completion = ask('textDocument/completion')
  got.completion = vim.tbl_map(function(item) return item.label end, completion.items or completion)

  -- The menu of actions is answered with the first choice.
  local before = vim.api.nvim_buf_get_changedtick(0)
  vim.ui.select = function(items, _, choose)
    got.actions = vim.tbl_map(function(item) return item[2].title end, items)
    choose(items[1], 1)
  end
  vim.lsp.buf.code_action()
  wait('a code action', function() return vim.api.nvim_buf_get_changedtick(0) ~= before end)
  got.acted = text(0)

  vim.cmd('undo')
  local format = vim.lsp.buf.format or vim.lsp.buf.formatting_sync
  format()
  got.formatted = text(0)

  at('web -i')
  local own = vim.api.nvim_get_current_buf()
  vim.lsp.buf.rename('www')
  wait('a rename', function() return text(own):find('GROUP www') end)
  got.renamed = text(own)
  local cluster = vim.fn.bufnr(vim.env.CLUSTER)
  got.cluster = text(cluster)
end

local ok, err = pcall(work)
if not ok then
  got.err = tostring(err)
end
vim.fn.writefile({ vim.json.encode(got) }, vim.env.OUT)
vim.cmd('quitall!')
