--- Neovim's side of `pvefw lsp`, for Neovim 0.7 and later.
local M = {}

-- above finds the nearest folder from here upwards that holds a file or folder.
local function above(folder, name)
  while vim.fn.filereadable(folder .. '/' .. name) == 0 and vim.fn.isdirectory(folder .. '/' .. name) == 0 do
    local parent = vim.fn.fnamemodify(folder, ':h')
    if parent == folder then
      return nil
    end
    folder = parent
  end
  return folder
end

--- The folder that a file is judged with: the nearest one that is laid out like
--- /etc/pve, else the nearest with settings, with a cluster.fw, or under version
--- control, else the file's own.
function M.root(file)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  for _, name in ipairs({ 'firewall/cluster.fw', '.pvefw.yaml', 'cluster.fw', '.git' }) do
    local found = above(folder, name)
    if found then
      return found
    end
  end
  return folder
end

-- runs is a code lens that runs `pvefw VERB WORDS` in a terminal; no shell reads them.
local function runs(verb)
  return function(command, context)
    local program = vim.lsp.get_client_by_id(context.client_id).config.cmd[1]
    vim.cmd('botright 15new')
    vim.fn.termopen(vim.list_extend({ program, verb }, command.arguments[1]))
  end
end

local function show_references(command, context)
  local encoding = vim.lsp.get_client_by_id(context.client_id).offset_encoding
  local items = vim.lsp.util.locations_to_items(command.arguments[3], encoding)
  vim.fn.setqflist({}, ' ', { title = command.title, items = items })
  vim.cmd('botright copen')
end

--- The configuration of the server, for M.setup and for lsp/pvefw.lua.
function M.config()
  return {
    name = 'pvefw',
    cmd = { 'pvefw', 'lsp' },
    filetypes = { 'pvefw' },
    get_language_id = function() return 'pve-firewall' end,
    settings = { pvefw = {} },
    commands = {
      ['pvefw.showReferences'] = show_references,
      ['pvefw.simulate'] = runs('simulate'),
      ['pvefw.verify'] = runs('verify'),
    },
  }
end

local clients = {} -- by root; for Neovim 0.7 only

local function start(buffer, config)
  config.root_dir = M.root(vim.api.nvim_buf_get_name(buffer))
  if vim.lsp.start then
    return vim.lsp.start(config, { bufnr = buffer })
  end
  local id = clients[config.root_dir]
  if not (id and vim.lsp.get_client_by_id(id)) then
    id = vim.lsp.start_client(config)
    clients[config.root_dir] = id
  end
  if id then
    vim.lsp.buf_attach_client(buffer, id)
  end
end

--- Starts the server for firewall files, opened already or later. `options` go over
--- M.config(): cmd, settings, on_attach, capabilities and so on. From Neovim 0.11 on
--- vim.lsp.enable('pvefw') does the same.
function M.setup(options)
  local config = vim.tbl_deep_extend('force', M.config(), options or {})
  if vim.fn.executable(config.cmd[1]) == 0 then
    vim.notify(('pvefw: the program %q is not there, so there are colours only'):format(config.cmd[1]), vim.log.levels.WARN)
    return
  end
  local group = vim.api.nvim_create_augroup('pvefw_lsp', {})
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = 'pvefw',
    callback = function(event) start(event.buf, vim.deepcopy(config)) end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype == 'pvefw' then
      start(buffer, vim.deepcopy(config))
    end
  end
end

return M
