-- One function for hotfix: what is not sold costs nothing.
local function total(items)
    local sum = 0
    for name, count in pairs(items) do
        sum = sum + (prices[name] or 0) * count
    end
    return sum
end
