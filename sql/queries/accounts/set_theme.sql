-- params:  theme text
select set_own_theme(%(theme)s)
