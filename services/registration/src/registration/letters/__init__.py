"""The official letter that invites an agency to nominate, in the layout of Decree 30/2020/NĐ-CP."""
