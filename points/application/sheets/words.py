"""The words that head the columns of office files, by field; spaces and case do not matter when comparing."""

from __future__ import annotations

from points.application.sheets.rules import Field

ROSTER_WORDS: dict[Field, str] = {
    Field.NAME: """
        姓名 名字 志愿者 志愿者姓名 居民姓名 人员姓名 真实姓名 队员姓名 本人姓名 成员姓名 登记人姓名
        name fullname volunteer volunteername
    """,
    Field.IDENTITY_NUMBER: """
        身份证号码 身份证号 身份证 身份证件号码 身份证件号 证件号码 证件号 公民身份号码 公民身份证号码
        公民身份证号 居民身份证号码 居民身份证号 居民身份证 身份号码 身份证编号 有效证件号码
        身份证号码18位 identitynumber identityno idnumber idno idcard idcardnumber idcardno identitycard
    """,
    Field.PHONE: """
        手机号 手机号码 手机 联系电话 电话 电话号码 联系方式 联系手机 联系号码 移动电话 本人手机
        本人手机号 本人电话 本人联系电话 志愿者手机 志愿者手机号 志愿者电话 手机电话 手机联系电话 phone
        phonenumber phoneno mobile mobilephone mobilenumber cellphone tel telephone
    """,
    Field.AREA: """
        所属社区(村) 所属社区 社区 社区(村) 村(社区) 社区村 村社区 村居 村居社区 所在社区 所在村社区
        所属村社区 所属村(社区) 所在社区(村) 所在村(社区) 所属村居 居住社区 居住村社区 社区名称
        村社区名称 村名 所属村 所在村 村委会 居委会 居村委会 村居委会 村(居)委会 社区代码 区划代码
        社区编码 所属区域 area community village areacode communityorvillage
    """,
    Field.TOWNSHIP: """
        乡镇 镇乡 镇街 街镇 街道 乡镇街道 镇乡街道 街道乡镇 所属乡镇 所属镇街 所属街道 所在乡镇 所在镇街
        所在街道 所属乡镇街道 所属乡镇(街道) 所在乡镇街道 乡镇名称 镇 乡 township town street
    """,
    Field.CATEGORY: """
        人员类别 人员类型 人员身份 身份类别 身份类型 志愿者类别 志愿者类型 志愿者身份 类别 类型 职业
        职业类别 身份 人员分类 人群类别 category type occupation
    """,
    Field.GUARDIAN_PHONE: """
        监护人手机 监护人手机号 监护人手机号码 监护人电话 监护人电话号码 监护人联系电话 监护人联系方式
        家长手机 家长手机号 家长手机号码 家长电话 家长联系电话 家长联系方式 guardianphone guardianmobile
        guardiantel parentphone
    """,
    Field.REMARK: """
        备注 备注说明 备注信息 其他说明 remark remarks note notes comment
    """,
}

SIGNIN_WORDS: dict[Field, str] = {
    Field.ACTIVITY: """
        活动名称 活动 服务活动 项目名称 服务项目 服务项目名称 活动项目 活动主题 服务名称 服务内容
        活动内容 志愿活动 志愿活动名称 志愿服务活动 志愿服务活动名称 志愿服务项目 志愿项目 项目 activity
        activityname event project
    """,
    Field.KIND: """
        服务类别 服务类型 服务种类 类别 类型 活动类别 活动类型 项目类别 项目类型 志愿服务类别
        志愿服务类型 服务领域 kind category type servicekind servicetype kindofservice
    """,
    Field.DATE: """
        服务日期 日期 活动日期 服务时间 活动时间 时间 年月日 开展日期 服务年月日 签到日期 date day
        servicedate activitydate
    """,
    Field.NAME: """
        志愿者 姓名 志愿者姓名 名字 人员 人员姓名 参与人 参与人员 参加人员 服务人员 服务者 name
        volunteer volunteername
    """,
    Field.PHONE: """
        手机号 手机号码 手机 联系电话 电话 电话号码 联系方式 联系手机 移动电话 本人手机 本人电话
        志愿者手机 志愿者手机号 志愿者电话 志愿者联系电话 phone phonenumber phoneno mobile mobilephone
        mobilenumber tel telephone
    """,
    Field.VOLUNTEER_NUMBER: """
        志愿者编号 志愿者号 志愿编号 志愿服务编号 志愿者号码 志愿者编码 志愿者证号 志愿者证编号 志愿者id
        volunteernumber volunteerno volunteerid
    """,
    Field.SIGN_IN: """
        签到 签到时间 签到时刻 签入 开始时间 开始 起始时间 上岗时间 到岗时间 到达时间 服务开始时间
        活动开始时间 开始时刻 checkin checkintime signin signintime start starttime from begin
    """,
    Field.SIGN_OUT: """
        签退 签退时间 签退时刻 签出 结束时间 结束 终止时间 截止时间 离岗时间 下岗时间 离开时间
        服务结束时间 活动结束时间 结束时刻 checkout checkouttime signout signouttime end endtime to
        finish
    """,
    Field.INTERVAL: """
        起止时间 时间段 时段 服务时段 服务时间段 活动时段 服务起止时间 签到签退时间 interval
    """,
    Field.DURATION: """
        时长 服务时长 小时 小时数 时数 服务小时 服务小时数 服务时数 工时 志愿时长 志愿服务时长 活动时长
        时长小时 时长分钟 服务时长小时 服务时长分钟 分钟 分钟数 服务分钟 服务分钟数 时长h duration hours
        minutes servicehours serviceminutes length
    """,
    Field.HANDLER: """
        社工 经办人 负责人 记录人 负责社工 带队社工 登记人 组织者 带队人 带队人员 活动负责人
        socialworker handler recordedby
    """,
}
