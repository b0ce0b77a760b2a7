-- Run by TestServer in headless Neovim: works on $FILE through the server $PVEFW as
-- somebody at the keyboard would, step by step, and writes what came of each step to
-- $OUT as JSON.
vim.opt.runtimepath:prepend(vim.env.PLUGIN)
vim.cmd('runtime plugin/pvefw.lua')
vim.cmd('filetype plugin on | syntax on')
require('pvefw').setup({ cmd = { vim.env.PVEFW, 'lsp' } })

local function wait(what, condition)
  assert(vim.wait(20000, condition, 20), 'nothing came of ' .. what)
end

local function lines(buffer) return vim.api.nvim_buf_get_lines(buffer, 0, -1, true) end

-- at puts the cursor on the first letter of a pattern.
local function at(pattern)
  vim.fn.cursor(1, 1)
  assert(vim.fn.search(pattern, 'cW') > 0, pattern)
end

local function ask(method)
  local params = vim.lsp.util.make_position_params(0, 'utf-16')
  params.context = { includeDeclaration = true }
  for _, answer in pairs(assert(vim.lsp.buf_request_sync(0, method, params, 20000), method)) do
    assert(not answer.err, vim.inspect(answer.err))
    return answer.result
  end
end

-- changes waits until a request that changes the buffer has done so.
local function changes(what, request)
  local before = vim.api.nvim_buf_get_changedtick(0)
  request()
  wait(what, function() return vim.api.nvim_buf_get_changedtick(0) ~= before end)
  return lines(0)
end

local steps = {
  { 'diagnostics', 'textDocumentSync', function()
    wait('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)
    return vim.tbl_map(function(d) return ('%d %s: %s'):format(d.lnum + 1, d.code, d.message) end, vim.diagnostic.get(0))
  end },
  { 'enable', 'textDocumentSync', function()
    local config = dofile(vim.env.PLUGIN .. '/lsp/pvefw.lua')
    local roots = {}
    config.root_dir(0, function(root) table.insert(roots, vim.fn.fnamemodify(root, ':t')) end)
    return roots
  end },
  { 'legend', 'semanticTokensProvider', function()
    return vim.lsp.buf_get_clients(0)[1].server_capabilities.semanticTokensProvider.legend.tokenTypes
  end },
  { 'hover', 'hoverProvider', function()
    at('SSH(')
    return vim.lsp.util.convert_input_to_markdown_lines(ask('textDocument/hover').contents)
  end },
  { 'completion', 'completionProvider', function()
    at('no_such')
    local found = ask('textDocument/completion')
    return vim.tbl_map(function(item) return item.label end, found.items or found)
  end },
  { 'definition', 'definitionProvider', function()
    at('web -i')
    vim.lsp.buf.definition()
    wait('definition', function() return vim.fn.expand('%:t') == 'cluster.fw' end)
    local line = vim.api.nvim_get_current_line()
    vim.cmd('buffer ' .. vim.fn.fnameescape(vim.env.FILE))
    return { line }
  end },
  { 'references', 'referencesProvider', function()
    at('web -i')
    return vim.tbl_map(function(place) return vim.fn.fnamemodify(vim.uri_to_fname(place.uri), ':t') end, ask('textDocument/references'))
  end },
  { 'code lens', 'codeLensProvider', function()
    vim.lsp.codelens.refresh()
    at('web -i')
    local chosen
    vim.ui.select = function(items, _, choose)
      for _, item in ipairs(items) do
        if item.lens.command and item.lens.command.command == 'pvefw.simulate' then
          chosen = item
        end
      end
      if chosen then
        choose(chosen)
      end
    end
    wait('a lens', function()
      vim.lsp.codelens.run()
      return chosen
    end)
    wait('a simulation', function() return table.concat(lines(0), '\n'):find('ACCEPT') end)
    local said = lines(0)
    vim.cmd('bdelete!')
    return said
  end },
  { 'code action', 'codeActionProvider', function()
    at('no_such')
    local titles
    vim.ui.select = function(items, _, choose)
      titles = vim.tbl_map(function(item) return item[2].title end, items)
      choose(items[1], 1)
    end
    changes('a code action', vim.lsp.buf.code_action)
    vim.cmd('undo')
    return titles
  end },
  { 'format', 'documentFormattingProvider', function()
    return changes('formatting', vim.lsp.buf.format or vim.lsp.buf.formatting)
  end },
  { 'rename', 'renameProvider', function()
    at('web -i')
    return changes('a rename', function() vim.lsp.buf.rename('www') end)
  end },
  { 'renamed elsewhere', 'renameProvider', function()
    return lines(vim.fn.bufnr(vim.env.CLUSTER))
  end },
}

vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.FILE))
wait('a server', function() return #vim.lsp.buf_get_clients(0) > 0 end)
local offered = vim.lsp.buf_get_clients(0)[1].server_capabilities
local got = {}
for _, step in ipairs(steps) do
  local name, capability, run = unpack(step)
  local ok, result = pcall(function()
    assert(offered[capability], 'the server does not offer ' .. capability)
    return run()
  end)
  got[name] = ok and { lines = result or {} } or { err = tostring(result) }
end
vim.fn.writefile({ vim.json.encode(got) }, vim.env.OUT)
vim.cmd('quitall!')
