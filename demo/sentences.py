"""What the demo says, in the three languages of the exchange."""

from __future__ import annotations

from points.i18n.language import Language

_ORDER = (Language.ZH_HANS, Language.ZH_HANT, Language.EN)

SENTENCES: dict[str, tuple[str, str, str]] = {
    "title": ("演示县从头到尾", "示範縣從頭到尾", "The demo county from start to finish"),
    "init": (
        "建库，租户 {tenant}",
        "建庫，租戶 {tenant}",
        "a new store with its keys; tenant {tenant}",
    ),
    "server": (
        "服务器 {url}，以下命令都经由它",
        "伺服器 {url}，以下命令都經由它",
        "a server at {url} that the commands below go through",
    ),
    "staff": (
        "{people} 名工作人员用一次性登录码登录",
        "{people} 名工作人員用一次性登入碼登入",
        "{people} members of staff signed in with their one-time codes",
    ),
    "residents": (
        "录入 {accepted} 条居民数",
        "錄入 {accepted} 條居民數",
        "{accepted} figures of residents taken in",
    ),
    "rehearsed": (
        "试运行：可录入 {accepted}，重复 {duplicate}，拒绝 {refused}",
        "試運行：可錄入 {accepted}，重複 {duplicate}，拒絕 {refused}",
        "would accept {accepted}, {duplicate} known already, {refused} refused",
    ),
    "imported": (
        "录入 {accepted}，重复 {duplicate}，拒绝 {refused}",
        "錄入 {accepted}，重複 {duplicate}，拒絕 {refused}",
        "{accepted} accepted, {duplicate} known already, {refused} refused",
    ),
    "again": (
        "同一文件再导入一次：新录入 {accepted}",
        "同一檔案再匯入一次：新錄入 {accepted}",
        "the same file again: {accepted} accepted, nothing changed",
    ),
    "registered": ("登记一人，编号 {number}", "登記一人，編號 {number}", "volunteer {number}"),
    "by-hand": (
        "手工补录 {records} 条，其中一天超过 8 小时",
        "人工補錄 {records} 條，其中一天超過 8 小時",
        "{records} services entered by hand, one of them longer than eight hours",
    ),
    "four-eyes": (
        "录入者不得审核：{rule}",
        "錄入者不得審核：{rule}",
        "whoever enters hours does not review them: {rule}",
    ),
    "reviewed": ("审核通过 {reviewed} 条", "審核通過 {reviewed} 條", "{reviewed} records approved"),
    "noticed": (
        "公示 {given} 条，三个工作日",
        "公示 {given} 條，三個工作日",
        "{given} records on public notice for three working days",
    ),
    "scheme": (
        "积分制第 {version} 版，起草与批准各一人",
        "積分制第 {version} 版，起草與批准各一人",
        "version {version}, drafted by one person and put in force by another",
    ),
    "fund": (
        "财政资金 {yuan} 元到账并预留",
        "財政資金 {yuan} 元到帳並預留",
        "{yuan} yuan of fiscal money received and reserved",
    ),
    "confirmed": (
        "确认 {confirmed} 条，发放 {points} 分",
        "確認 {confirmed} 條，發放 {points} 分",
        "{confirmed} records confirmed, {points} points issued",
    ),
    "merchant": (
        "商户 {merchant} 与一台收银机",
        "商戶 {merchant} 與一台收銀機",
        "merchant {merchant} with a till",
    ),
    "phone": (
        "有积分的账户绑定手机须两人：先被拒绝（{rule}），后经乡镇批准",
        "有積分的帳戶綁定手機須兩人：先被拒絕（{rule}），後經鄉鎮批准",
        "one person alone is refused ({rule}); the township approved the volunteer's phone",
    ),
    "code": ("付款码图片 {file}", "付款碼圖片 {file}", "the payment code as a picture, {file}"),
    "redeemed": (
        "收银机按图片兑换 {points} 分，{id}",
        "收銀機按圖片兌換 {points} 分，{id}",
        "the till took {points} points by the picture; {id}",
    ),
    "redeemed-once": (
        "同一请求再来一次，答复相同",
        "同一請求再來一次，答覆相同",
        "the same again gives the same answer",
    ),
    "refunded": ("退还 {points} 分", "退還 {points} 分", "{points} points given back into their lots"),
    "settle-sales": (
        "一个月里兑换 {sales} 笔，退回一件",
        "一個月裡兌換 {sales} 筆，退回一件",
        "{sales} sales on three days, one item brought back",
    ),
    "settle-disputed": (
        "志愿者对一笔提出争议，{decide_by} 前裁定",
        "志願者對一筆提出爭議，{decide_by} 前裁定",
        "the volunteer disputes a sale; it is decided by {decide_by}",
    ),
    "settle-drawn": (
        "出具对账单：{lines} 条，有争议的 {held_out} 笔不在其中",
        "出具對帳單：{lines} 條，有爭議的 {held_out} 筆不在其中",
        "a statement of {lines} lines, {held_out} disputed sale held out",
    ),
    "settle-redrawn": (
        "店主又对一笔提出争议，第 {revision} 次出单：{lines} 条",
        "店主又對一筆提出爭議，第 {revision} 次出單：{lines} 條",
        "the owner disputes a line, too: drawn up anew as revision {revision} with {lines} lines",
    ),
    "settle-approved": (
        "出单人不得审批（{rule}），另两人审批",
        "出單人不得審批（{rule}），另兩人審批",
        "approved by two persons; whoever drew it up is refused: {rule}",
    ),
    "settle-paid": (
        "付款指令在 {file}；再付一次被拒：{rule}",
        "付款指令在 {file}；再付一次被拒：{rule}",
        "the bank's order is in {file}; paying again is refused: {rule}",
    ),
    "settle-reconciled": (
        "账目、对账单与付款一致：商户 {merchants} 家，资金 {funds} 项",
        "帳目、對帳單與付款一致：商戶 {merchants} 家，資金 {funds} 項",
        "ledger, statements and payments agree: merchants {merchants}, funds {funds}",
    ),
    "balance": (
        "余额 {balance} 分，{lots} 笔",
        "餘額 {balance} 分，{lots} 筆",
        "{balance} points in {lots} lots",
    ),
    "statement": ("明细 {lines} 行", "明細 {lines} 行", "{lines} lines, each with its cause and its fund"),
    "rates": (
        "{residents} 名居民中登记 {registered} 人：登记率 {rate}，活跃率 {active_rate}",
        "{residents} 名居民中登記 {registered} 人：登記率 {rate}，活躍率 {active_rate}",
        "{registered} of {residents} residents registered: {rate}; active rate {active_rate}",
    ),
    "verified": (
        "核对 {events} 个事件与 {checkpoints} 个检查点，无误",
        "核對 {events} 個事件與 {checkpoints} 個檢查點，無誤",
        "{events} events and {checkpoints} checkpoints recomputed, all agree",
    ),
    "exported": (
        "导出 {events} 个事件到 {file}",
        "匯出 {events} 個事件到 {file}",
        "{events} events in {file}",
    ),
    "verified-by-node": (
        "独立程序（Node）核对导出的 {events} 个事件，无误",
        "獨立程式（Node）核對匯出的 {events} 個事件，無誤",
        "a program that shares nothing with us (Node) recomputed {events} exported events, all agree",
    ),
    "no-node": (
        "未安装 Node，独立核对未运行",
        "未安裝 Node，獨立核對未執行",
        "not run: there is no Node on this machine",
    ),
    "serving": (
        "服务器 {url}，接口说明 {url}/openapi.json。\n登录（每码一次）：points sign-in 数字 --server {url}",
        "伺服器 {url}，介面說明 {url}/openapi.json。\n登入（每碼一次）：points sign-in 數字 --server {url}",
        "The server is at {url}, its interface at {url}/openapi.json.\nSign in: points sign-in DIGITS --server {url}",
    ),
    "server-running": (
        "var/demo 的服务器正在 {url} 运行。请先停止它，再重新演示。",
        "var/demo 的伺服器正在 {url} 執行。請先停止它，再重新示範。",
        "The demo's server is running at {url}. Please stop it first; the demo makes var/demo anew.",
    ),
    "port-taken": (
        "端口 {port} 已被占用；演示县在 var/demo，可用 points serve --port 启动。",
        "連接埠 {port} 已被占用；示範縣在 var/demo，可用 points serve --port 啟動。",
        "Port {port} is taken. The county stays in var/demo; `points serve --port` serves it elsewhere.",
    ),
    "failed": ("演示中断：", "示範中斷：", "The demo broke off:"),
}


def say(language: Language, slug: str, **facts: object) -> str:
    return SENTENCES[slug][_ORDER.index(language)].format(**facts)
