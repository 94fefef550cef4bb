"""Closed codes for kinds of people and kinds of service, and the words for them in office files."""

from __future__ import annotations

from points.application.sheets.rules import CellRefused, Field, Rule
from points.application.sheets.values import plain, shown

DEFAULT_CATEGORY = "resident"
OTHER_CATEGORY = "other"

_CATEGORIES: dict[str, str] = {
    "resident": """
        居民 社区居民 村民 群众 居民群众 普通居民 市民 resident
    """,
    "retired": """
        退休人员 退休 离退休 离退休人员 退休职工 退休干部 退休老人 老年人 retired
    """,
    "civil_servant": """
        公务员 机关干部 干部 机关工作人员 机关事业单位 事业单位人员 civilservant
    """,
    "teacher": """
        教师 老师 教职工 教职员工 退休教师 teacher
    """,
    "medical_worker": """
        医务工作者 医务人员 医护人员 医生 护士 医师 卫生工作者 医疗工作者 medicalworker doctor nurse
    """,
    "party_member": """
        在职党员 党员 中共党员 党员干部 预备党员 退休党员 在职党员干部 partymember
    """,
    "social_worker": """
        社会工作者 社工 社区工作者 专职社工 专业社工 socialworker
    """,
    "student": """
        大学生 学生 中学生 小学生 高中生 初中生 在校学生 在校大学生 研究生 student universitystudent
    """,
    "veteran": """
        退役军人 退伍军人 复员军人 转业军人 veteran
    """,
    "grid_worker": """
        网格员 专职网格员 楼栋长 网格长 gridworker
    """,
}

_KINDS: dict[str, str] = {
    "environment": """
        环境整治 环境卫生 环境卫生整治 人居环境整治 人居环境 环境保护 环保 环境清洁 清洁卫生 卫生清洁
        生态环保 environment
    """,
    "youth": """
        青少年活动 青少年服务 青少年 未成年人服务 关爱青少年 儿童服务 少儿活动 青少年关爱 youth
    """,
    "safety": """
        平安宣传 平安建设 平安巡逻 治安巡逻 安全宣传 反诈宣传 平安志愿 平安服务 safety
    """,
    "medical": """
        医疗服务 医疗 义诊 健康服务 医疗卫生 卫生健康 健康义诊 医疗义诊 医疗健康 medical
    """,
    "elder_care": """
        养老服务 助老服务 为老服务 养老 助老 敬老 老年服务 关爱老人 敬老助老 敬老爱老 助餐服务 eldercare
    """,
}


def _key(text: str) -> str:
    return "".join(plain(text).lower().replace("_", "").replace("-", "").split())


_CATEGORY_OF = {_key(word): code for code, words in _CATEGORIES.items() for word in (*words.split(), code)}
_KIND_OF = {_key(word): code for code, words in _KINDS.items() for word in (*words.split(), code)}

CATEGORY_CODES = frozenset({*_CATEGORIES, OTHER_CATEGORY})
KIND_CODES = frozenset(_KINDS)


def category_of(text: str | None) -> tuple[str, str | None]:
    """The code, and the words themselves where no code fits them."""
    if not text:
        return DEFAULT_CATEGORY, None
    code = _CATEGORY_OF.get(_key(text))
    return (code, None) if code else (OTHER_CATEGORY, text)


def kind_of(text: str) -> str:
    """Points depend on the kind, so a guess would cost money: what is not known is refused."""
    code = _KIND_OF.get(text) or _KIND_OF.get(_key(text))
    if not code:
        raise CellRefused(Rule.KIND_UNKNOWN, Field.KIND, written=shown(text))
    return code
