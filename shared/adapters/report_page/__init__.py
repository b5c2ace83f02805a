"""The Monday report as mail and page: MJML for the layout, matplotlib for the charts."""
