"""Every verb that changes something, as ``subject:verb``. Policy, audit and tests go by these names."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Tag(StrEnum):
    """One tag per action; an action writes exactly one audit event under its tag."""

    ORG_UNIT_CREATE = "org-unit:create"
    STAFF_CREATE = "staff:create"
    SIGN_IN = "user:sign-in"
    SIGN_IN_REFUSED = "user:sign-in-refused"
    CUSTOMER_CREATE = "customer:create"
    CUSTOMER_UPDATE = "customer:update"
    CUSTOMER_BIND = "customer:bind"
    CUSTOMER_IMPORT = "customer-import:apply"
    PHONE_UNMASK = "customer:phone:unmask"
    PREMISE_CREATE = "premise:create"
    NETWORK_CREATE = "network:create"
    TAKE_ON = "account:take-on"
    MOVE_IN = "account:move-in"
    MOVE_OUT = "account:move-out"
    TARIFF_CHANGE = "agreement:tariff-change"
    METER_INSTALL = "meter:install"
    METER_EXCHANGE = "meter:exchange"
    METER_SOURCE = "meter:bill-by-curve"
    METER_REMOVE = "meter:remove"
    LOSS_TERMS_SET = "loss-terms:set"
    LOSS_TERMS_END = "loss-terms:end"
    SUB_METER_SET = "sub-meter:set"
    SUB_METER_END = "sub-meter:end"
    READINGS_IMPORT = "readings:import"
    READING_EDIT = "reading:edit"
    READING_ESTIMATE = "reading:estimate"
    READING_ACCEPT = "reading:accept"
    TARIFF_PUBLISH = "tariff-version:publish"
    DRAFT_CREATE = "tariff-draft:create"
    DRAFT_REVISE = "tariff-draft:revise"
    DRAFT_COMMENT = "tariff-draft:comment"
    DRAFT_SUBMIT = "tariff-draft:submit"
    DRAFT_DISCARD = "tariff-draft:discard"
    DRAFT_PUBLISH = "tariff-draft:publish"
    PRICE_TABLE_IMPORT = "price-table:import"
    PRICE_TABLE_MAP = "price-table:map"
    PRICE_TABLE_SUBMIT = "price-table:submit"
    PRICE_TABLE_DISCARD = "price-table:discard"
    PRICE_TABLE_CONFIRM = "price-table:confirm"
    PRICE_TABLE_COMPARE = "price-table:compare"
    CALENDAR_PUBLISH = "calendar-version:publish"
    DAY_FACT_RECORD = "day-fact:record"
    ANNOUNCEMENT_RECORD = "announcement:record"
    PRICE_SERIES_CREATE = "price-series:create"
    PRICES_UPLOAD = "price-series:upload"
    PRICES_PUBLISH = "price-series:publish"
    PRICES_DISCARD = "price-series:discard"
    BILL_RERATE = "bill:re-rate"
    CHARGING_CHANGE = "agreement:charging-change"
    CAPACITY_SET = "capacity:set"
    CYCLE_CREATE = "billing-cycle:create"
    POPULATION_TAKE = "population:take"
    POPULATION_STEP = "population:step"
    SCENARIO_SAVE = "what-if:save"
    ADVICE_START = "advice-run:start"
    ADVICE_STEP = "advice-run:step"
    ADVICE_CANCEL = "advice-run:cancel"
    SHADOW_ADD = "shadow-bill:add"
    SHADOW_DISCARD = "shadow-bill:discard"
    BILL_RUN_CREATE = "bill-run:create"
    BILL_RUN_STEP = "bill-run:step"
    BILL_RUN_CANCEL = "bill-run:cancel"
    BILL_RUN_RELEASE = "bill-run:release"
    EXCEPTION_RESOLVE = "bill-exception:resolve"
    BILL_SINGLE = "bill:single"
    BILL_REVERSE = "bill:reverse"
    BILL_REBILL = "bill:rebill"
    PARALLEL_START = "parallel-run:start"
    PARALLEL_STEP = "parallel-run:step"
    PARALLEL_COMPARE = "parallel-run:compare"
    PARALLEL_CANCEL = "parallel-run:cancel"
    PARALLEL_ACCEPT = "parallel-run:accept"
    PARALLEL_SIGN = "parallel-run:sign"
    LEGACY_MAPPING_SAVE = "legacy-mapping:save"
    SHIFT_OPEN = "shift:open"
    SHIFT_CLOSE = "shift:close"
    PAYMENT_RECEIVE = "payment:receive"
    PAYMENT_COLLECT = "payment-list:collect"
    PAYMENT_REVERSE = "payment:reverse"
    PAYMENT_ANNOUNCE = "payment:announce"
    PAYMENT_CONFIRM = "payment:confirm"
    PAYMENT_FAIL = "payment:fail"
    PAYMENT_ARRIVE = "payment-list:arrive"
    PAYMENT_CHANNEL_REFUND = "payment:channel-refund"
    PAYMENT_REFUND = "payment:refund"
    PAYMENT_CHARGE_BACK = "payment:charge-back"
    LINK_OPEN = "channel-link:open"
    LINK_KEY_TRUST = "channel-link:trust-key"
    LINK_KEY_END = "channel-link:end-key"
    MANDATE_SIGN = "mandate:sign"
    MANDATE_END = "mandate:end"
    DEBITS_ASK = "debit-list:ask"
    BANK_FILE_KEEP = "bank-file:keep"
    BANK_FILE_POST = "bank-file:post"
    BANK_FILE_STEP = "bank-file:step"
    BANK_FILE_FINISH = "bank-file:finish"
    STATEMENT_IMPORT = "statement:import"
    STATEMENT_MATCH = "statement:match"
    STATEMENT_FINISH = "statement:finish"
    DIFFERENCE_OWN = "statement-difference:own"
    DIFFERENCE_PROPOSE = "statement-difference:propose"
    DIFFERENCE_RETURN = "statement-difference:return"
    DIFFERENCE_CONFIRM = "statement-difference:confirm"
    PENALTY_ASSESS = "penalty:assess"
    DUNNING_STEP = "dunning:step"
    DUNNING_STOP = "dunning:stop"
    TOUCH_MAKE = "touch:make"
    TOUCH_RECORD = "touch:record"
    CHANNEL_CHOOSE = "contact-channel:choose"
    PROTECTION_PROPOSE = "protection:propose"
    PROTECTION_DECIDE = "protection:decide"
    PROTECTION_END = "protection:end"
    PREPAY_START = "prepay:start"
    PREPAY_END = "prepay:end"
    PREPAY_ALARM_SET = "prepay:alarm-set"
    PREPAY_HOLD = "prepay:hold"
    PREPAY_COUNT = "prepay:count"
    PERIOD_PROPOSE = "period:propose-close"
    PERIOD_CONFIRM = "period:confirm-close"
    PERIOD_REOPEN = "period:reopen"
    SUPPLY_DRIVE = "supply-command:drive"
    SUPPLY_RETRY = "supply-command:retry"
    SUPPLY_WITHDRAW = "supply-command:withdraw"
    KEYPAD_REGISTER = "token-device:register"
    KEYPAD_REGISTER_STS = "token-device:register-sts"
    KEYPAD_ISSUE = "token:issue"
    KEYPAD_SERVICE = "token:service"
    KEYPAD_VOID = "token:void"
    CASE_OPEN = "case:open"
    CASE_CALCULATE = "case:calculate"
    CASE_CONFIRM = "case:confirm"
    CASE_APPROVE = "case:approve"
    CASE_WITHDRAW = "case:withdraw"
    CASE_PAY_OUT = "case:pay-out"
    DISPUTE_OPEN = "dispute:open"
    DISPUTE_ANSWER = "dispute:answer"
    ARRANGEMENT_PROPOSE = "arrangement:propose"
    ARRANGEMENT_DECIDE = "arrangement:decide"
    ARRANGEMENT_CANCEL = "arrangement:cancel"
    DISCONNECTION_PROPOSE = "disconnection:propose"
    DISCONNECTION_NOTICE = "disconnection:notice"
    DISCONNECTION_DELIVER = "disconnection:deliver"
    DISCONNECTION_APPROVE = "disconnection:approve"
    DISCONNECTION_WITHDRAW = "disconnection:withdraw"
    DISCONNECTION_FINAL = "disconnection:tell-again"
    DISCONNECTION_EXECUTE = "disconnection:execute"
    DISCONNECTION_REMOTE = "disconnection:cut-remotely"
    DISCONNECTION_SWITCHED = "disconnection:record-switching"
    DISCONNECTION_RECONNECT = "disconnection:reconnect"
    GUARANTEE_TAKE = "guarantee:take"
    GUARANTEE_CALL = "guarantee:call"
    GUARANTEE_RETURN = "guarantee:return"
    WAIVER_PROPOSE = "penalty-waiver:propose"
    WRITE_OFF_PROPOSE = "write-off:propose"
    RELIEF_DECIDE = "relief:decide"
    WRITE_OFF_RECOVER = "write-off:recover"
    INVOICE_REQUEST = "invoice:request"
    INVOICE_SEND = "invoice:send"
    INVOICE_ANSWER = "invoice:answer"
    INVOICE_RED = "invoice:take-back"
    JOB_SUBMIT = "job:submit"
    JOB_CANCEL = "job:cancel"
    JOB_RESTART = "job:restart"
    NOTIFICATION_SEND = "notification:send"


SENTENCES = {
    Tag.ORG_UNIT_CREATE: _("created an organisation unit"),
    Tag.STAFF_CREATE: _("added a member of staff"),
    Tag.SIGN_IN: _("signed in"),
    Tag.SIGN_IN_REFUSED: _("was refused at sign-in"),
    Tag.CUSTOMER_CREATE: _("created a customer"),
    Tag.CUSTOMER_UPDATE: _("changed a customer's details"),
    Tag.CUSTOMER_BIND: _("bound an account to a log-in"),
    Tag.CUSTOMER_IMPORT: _("imported customers from a file"),
    Tag.PHONE_UNMASK: _("looked at a full telephone number"),
    Tag.PREMISE_CREATE: _("created a premise"),
    Tag.NETWORK_CREATE: _("added a network element"),
    Tag.TAKE_ON: _("took a measured point on as a customer"),
    Tag.MOVE_IN: _("moved a customer in"),
    Tag.MOVE_OUT: _("moved a customer out"),
    Tag.TARIFF_CHANGE: _("changed the tariff of an agreement"),
    Tag.METER_INSTALL: _("installed a meter"),
    Tag.METER_EXCHANGE: _("exchanged a meter"),
    Tag.METER_SOURCE: _("had meters billed by their load curves"),
    Tag.METER_REMOVE: _("removed a meter"),
    Tag.LOSS_TERMS_SET: _("set the losses of a service point"),
    Tag.LOSS_TERMS_END: _("ended the losses of a service point"),
    Tag.SUB_METER_SET: _("put a sub-meter behind a main meter"),
    Tag.SUB_METER_END: _("took a sub-meter from its main meter"),
    Tag.READINGS_IMPORT: _("imported readings"),
    Tag.READING_EDIT: _("edited a reading"),
    Tag.READING_ESTIMATE: _("estimated a reading"),
    Tag.READING_ACCEPT: _("accepted a reading"),
    Tag.TARIFF_PUBLISH: _("published a tariff version"),
    Tag.DRAFT_CREATE: _("began a tariff draft"),
    Tag.DRAFT_REVISE: _("saved a revision of a tariff draft"),
    Tag.DRAFT_COMMENT: _("commented on a tariff draft"),
    Tag.DRAFT_SUBMIT: _("submitted a tariff draft"),
    Tag.DRAFT_DISCARD: _("discarded a tariff draft"),
    Tag.DRAFT_PUBLISH: _("published a tariff draft"),
    Tag.PRICE_TABLE_IMPORT: _("read a price table from a file"),
    Tag.PRICE_TABLE_MAP: _("said which tariff a row of a price table is for"),
    Tag.PRICE_TABLE_SUBMIT: _("submitted a price table"),
    Tag.PRICE_TABLE_DISCARD: _("discarded a price table"),
    Tag.PRICE_TABLE_CONFIRM: _("confirmed a price table"),
    Tag.PRICE_TABLE_COMPARE: _("compared a price table with the published one"),
    Tag.CALENDAR_PUBLISH: _("published the hours of a calendar"),
    Tag.DAY_FACT_RECORD: _("recorded the weather of a day"),
    Tag.ANNOUNCEMENT_RECORD: _("recorded an announced period of days"),
    Tag.PRICE_SERIES_CREATE: _("began a price series"),
    Tag.PRICES_UPLOAD: _("read a file of interval prices"),
    Tag.PRICES_PUBLISH: _("published interval prices"),
    Tag.PRICES_DISCARD: _("put a file of interval prices away"),
    Tag.BILL_RERATE: _("re-rated a bill for a late fact"),
    Tag.CHARGING_CHANGE: _("changed how capacity is charged"),
    Tag.CAPACITY_SET: _("changed the operating capacity of an account"),
    Tag.CYCLE_CREATE: _("created a billing cycle"),
    Tag.POPULATION_TAKE: _("had a population taken"),
    Tag.POPULATION_STEP: _("took a population"),
    Tag.SCENARIO_SAVE: _("kept a what-if"),
    Tag.ADVICE_START: _("had the plans of everybody compared"),
    Tag.ADVICE_STEP: _("compared the plans of some accounts"),
    Tag.ADVICE_CANCEL: _("stopped comparing plans"),
    Tag.SHADOW_ADD: _("put a bill of another issuer beside ours"),
    Tag.SHADOW_DISCARD: _("discarded a bill of another issuer"),
    Tag.BILL_RUN_CREATE: _("created a bill run"),
    Tag.BILL_RUN_STEP: _("calculated part of a bill run"),
    Tag.BILL_RUN_CANCEL: _("cancelled a bill run"),
    Tag.BILL_RUN_RELEASE: _("released a bill run"),
    Tag.EXCEPTION_RESOLVE: _("resolved a billing exception"),
    Tag.BILL_SINGLE: _("billed a single account"),
    Tag.BILL_REVERSE: _("reversed a bill"),
    Tag.BILL_REBILL: _("billed again after a reversal"),
    Tag.PARALLEL_START: _("brought in the old system's bills of a month"),
    Tag.PARALLEL_STEP: _("worked on part of a parallel run"),
    Tag.PARALLEL_COMPARE: _("compared a parallel run again"),
    Tag.PARALLEL_CANCEL: _("cancelled a parallel run"),
    Tag.PARALLEL_ACCEPT: _("accepted differences of a parallel run"),
    Tag.PARALLEL_SIGN: _("signed a parallel run off"),
    Tag.LEGACY_MAPPING_SAVE: _("saved a column mapping"),
    Tag.SHIFT_OPEN: _("opened a cashier shift"),
    Tag.SHIFT_CLOSE: _("closed a cashier shift"),
    Tag.PAYMENT_RECEIVE: _("received a payment"),
    Tag.PAYMENT_COLLECT: _("booked a list of collected payments"),
    Tag.PAYMENT_REVERSE: _("reversed a payment"),
    Tag.PAYMENT_ANNOUNCE: _("announced a payment"),
    Tag.PAYMENT_CONFIRM: _("booked an announced payment"),
    Tag.PAYMENT_FAIL: _("closed an announced payment that was not paid"),
    Tag.PAYMENT_ARRIVE: _("settled payments by a statement"),
    Tag.PAYMENT_CHANNEL_REFUND: _("booked a refund by a channel"),
    Tag.PAYMENT_REFUND: _("paid a payment back at the counter"),
    Tag.PAYMENT_CHARGE_BACK: _("booked a charge-back"),
    Tag.LINK_OPEN: _("opened a link to a payment partner"),
    Tag.LINK_KEY_TRUST: _("trusted a partner's key"),
    Tag.LINK_KEY_END: _("ended a partner's key"),
    Tag.MANDATE_SIGN: _("kept a mandate for direct debit"),
    Tag.MANDATE_END: _("ended a mandate for direct debit"),
    Tag.DEBITS_ASK: _("asked a bank for debits"),
    Tag.BANK_FILE_KEEP: _("kept a bank's file"),
    Tag.BANK_FILE_POST: _("had a bank's file posted"),
    Tag.BANK_FILE_STEP: _("posted part of a bank's file"),
    Tag.BANK_FILE_FINISH: _("finished a bank's file"),
    Tag.STATEMENT_IMPORT: _("brought in a statement"),
    Tag.STATEMENT_MATCH: _("matched part of a statement"),
    Tag.STATEMENT_FINISH: _("finished a statement"),
    Tag.DIFFERENCE_OWN: _("took on a difference of a statement"),
    Tag.DIFFERENCE_PROPOSE: _("proposed how to close a difference"),
    Tag.DIFFERENCE_RETURN: _("sent a proposal for a difference back"),
    Tag.DIFFERENCE_CONFIRM: _("closed a difference by a posting"),
    Tag.PENALTY_ASSESS: _("assessed late penalties"),
    Tag.DUNNING_STEP: _("brought overdue accounts to their stage"),
    Tag.DUNNING_STOP: _("stopped dunning what was paid"),
    Tag.TOUCH_MAKE: _("reminded a customer of a debt"),
    Tag.TOUCH_RECORD: _("wrote down how a call or a visit went"),
    Tag.CHANNEL_CHOOSE: _("chose how a customer is reminded"),
    Tag.PROTECTION_PROPOSE: _("put an account on the do-not-disconnect list"),
    Tag.PROTECTION_DECIDE: _("decided on a row of the do-not-disconnect list"),
    Tag.PROTECTION_END: _("ended a protection from disconnection"),
    Tag.PREPAY_START: _("switched an account to prepayment"),
    Tag.PREPAY_END: _("ended the prepayment of an account"),
    Tag.PREPAY_ALARM_SET: _("set the alarm level of a prepaying account"),
    Tag.PREPAY_HOLD: _("held the stops of a prepaying account"),
    Tag.PREPAY_COUNT: _("counted balances"),
    Tag.PERIOD_PROPOSE: _("proposed to close a month of the books"),
    Tag.PERIOD_CONFIRM: _("closed a month of the books"),
    Tag.PERIOD_REOPEN: _("opened a closed month of the books again"),
    Tag.SUPPLY_DRIVE: _("drove an order to a meter"),
    Tag.SUPPLY_RETRY: _("repeated an order to a meter"),
    Tag.SUPPLY_WITHDRAW: _("took a stop of supply back"),
    Tag.KEYPAD_REGISTER: _("registered a keypad device"),
    Tag.KEYPAD_REGISTER_STS: _("registered an STS keypad meter"),
    Tag.KEYPAD_ISSUE: _("issued a keypad token"),
    Tag.KEYPAD_SERVICE: _("issued a keypad token without a payment"),
    Tag.KEYPAD_VOID: _("recorded that a keypad token is void"),
    Tag.CASE_OPEN: _("opened a case"),
    Tag.CASE_CALCULATE: _("calculated a case"),
    Tag.CASE_CONFIRM: _("confirmed a case"),
    Tag.CASE_APPROVE: _("approved a large case"),
    Tag.CASE_WITHDRAW: _("withdrew a case"),
    Tag.CASE_PAY_OUT: _("paid a refund out"),
    Tag.DISPUTE_OPEN: _("questioned a bill"),
    Tag.DISPUTE_ANSWER: _("answered a question about a bill"),
    Tag.ARRANGEMENT_PROPOSE: _("proposed to pay in instalments"),
    Tag.ARRANGEMENT_DECIDE: _("decided on an arrangement"),
    Tag.ARRANGEMENT_CANCEL: _("ended an arrangement"),
    Tag.DISCONNECTION_PROPOSE: _("proposed to cut a supply"),
    Tag.DISCONNECTION_NOTICE: _("issued the notice of a cut"),
    Tag.DISCONNECTION_DELIVER: _("recorded the delivery of a notice"),
    Tag.DISCONNECTION_APPROVE: _("approved the cut of a supply"),
    Tag.DISCONNECTION_WITHDRAW: _("gave up the cut of a supply"),
    Tag.DISCONNECTION_FINAL: _("told a customer of the cut once more"),
    Tag.DISCONNECTION_EXECUTE: _("cut a supply"),
    Tag.DISCONNECTION_REMOTE: _("ordered a meter to cut a supply"),
    Tag.DISCONNECTION_SWITCHED: _("recorded what a meter did about a cut"),
    Tag.DISCONNECTION_RECONNECT: _("switched a supply on again"),
    Tag.GUARANTEE_TAKE: _("took a deposit or guarantee"),
    Tag.GUARANTEE_CALL: _("called a deposit or guarantee"),
    Tag.GUARANTEE_RETURN: _("returned a deposit or guarantee"),
    Tag.WAIVER_PROPOSE: _("proposed to waive a late penalty"),
    Tag.WRITE_OFF_PROPOSE: _("proposed to write a bill off"),
    Tag.RELIEF_DECIDE: _("decided on a waiver or write-off"),
    Tag.WRITE_OFF_RECOVER: _("recovered a bill that was written off"),
    Tag.INVOICE_REQUEST: _("asked for the invoice of a bill"),
    Tag.INVOICE_SEND: _("sent an invoice to the tax service"),
    Tag.INVOICE_ANSWER: _("took the answer of the tax service"),
    Tag.INVOICE_RED: _("asked for a red-letter invoice"),
    Tag.JOB_SUBMIT: _("submitted a job"),
    Tag.JOB_CANCEL: _("cancelled a job"),
    Tag.JOB_RESTART: _("had a failed job run again"),
    Tag.NOTIFICATION_SEND: pgettext_lazy("audit", "sent a notification"),
}
