"""The app: ``streamlit run app.py``. The pages are registered in interviewer/ui/main.py, which the wheel carries."""

from interviewer.ui.main import main

main()
